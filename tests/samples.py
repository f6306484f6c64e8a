"""Small files of each kind, made when they are needed."""

import io

import pikepdf


def pdf(*, password: str = "", pages: int = 1) -> bytes:
    """A PDF of empty pages, protected when a password is given."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(
            out, encryption=pikepdf.Encryption(user=password, owner=password) if password else False
        )
    return out.getvalue()
