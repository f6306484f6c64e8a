"""The web server, in `make run` and in production. Every value an operator may change comes from the environment."""

import os

from ops.with_parent import die_with_parent

wsgi_app = "funding.wsgi:application"
bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# One thread (sync workers) behind a proxy that buffers; more when browsers connect directly, as an idle
# connection of a browser would hold a sync worker. Each thread keeps one database connection.
threads = int(os.environ.get("WEB_THREADS", "1"))
worker_class = "gthread" if threads > 1 else "sync"
reload = os.environ.get("WEB_RELOAD", "0") == "1"
preload_app = not reload  # the workers share the memory of what is loaded once

timeout = 60
graceful_timeout = 8  # below the patience of whoever stops us
max_requests = 5000  # a worker is renewed now and then, whatever a library may leak
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

forwarded_allow_ips = "127.0.0.1,::1"
limit_request_line = 4094
control_socket_disable = True  # it would lie in the home folder, shared by all checkouts
accesslog = None  # the product writes its own structured line for each request
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "INFO").lower()
proc_name = "voucher-desk"


def post_fork(server, worker):
    """A worker never outlives its master, not even one that was killed."""
    die_with_parent(9)
