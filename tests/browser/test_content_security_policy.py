import pytest


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/", "/admin/login/", "/no-such-page"])
def test_the_browser_finds_nothing_to_block(page, site, path, width):
    complaints = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if "Content Security" in message.text else None,
    )
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(site + path)

    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
