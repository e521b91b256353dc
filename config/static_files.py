from whitenoise.storage import CompressedManifestStaticFilesStorage


class FarFutureStorage(CompressedManifestStaticFilesStorage):
    """File names carry their content's hash. Pointers to source maps are left alone: not every package ships them."""

    patterns = (
        (
            "*.css",
            (
                r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",
                (r"""(?P<matched>@import\s*["']\s*(?P<url>.*?)["'])""", """@import url("%(url)s")"""),
            ),
        ),
    )
