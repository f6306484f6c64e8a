"""A Django project with nothing but sessions and users: what the server can do at best, with the same statements."""
