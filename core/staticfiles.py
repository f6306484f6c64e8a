"""Which static files are published: of the packages' files only those that a page uses."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PublishedFiles(StaticFilesConfig):
    """`collectstatic` leaves out source maps, flags, and the variants of Bootstrap and htmx that no page loads."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.map",
        "flags",
        "bootstrap-*",
        "bootstrap.*.map",
        "bootstrap.css",
        "bootstrap.rtl*",
        "bootstrap.js",
        "bootstrap.bundle*",
        "bootstrap.esm*",
        "htmx-4*",
        "htmax*",
        "htmx-2.js",
        "ext",
    ]


class PublishedStorage(CompressedManifestStaticFilesStorage):
    """Hashed names, compressed; references to source maps are left as they are, for there are none."""

    patterns = (
        (
            "*.css",
            (
                r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",
                (r"""(?P<matched>@import\s*["']\s*(?P<url>.*?)["'])""", """@import url("%(url)s")"""),
            ),
        ),
    )
