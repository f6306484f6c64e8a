"""How the product is started, checked and deployed. Nothing here is imported by the product itself."""
