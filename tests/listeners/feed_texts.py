"""Feeds written for these tests."""

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:georss="http://www.georss.org/georss"><channel><title>News</title>
<item><guid>https://n.example/2</guid><title>Library to stay open</title><link>https://n.example/2</link>
<description>&lt;p&gt;The council &amp;amp; friends said &lt;b&gt;yes&lt;/b&gt;.&lt;/p&gt;
&lt;p&gt;More tomorrow.&lt;/p&gt;</description>
<pubDate>Mon, 09 Nov 2026 08:00:00 GMT</pubDate></item>
<item><guid isPermaLink="false">item-1</guid><title>Pothole on Tolgarth Road</title><description></description>
<georss:point>51.5 -3.1</georss:point></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><id>tag:n.example,2026:1</id><title>Bridge shut</title><link href="https://n.example/bridge"/>
<updated>2026-11-09T08:00:00Z</updated><summary>Until Friday.</summary></entry></feed>"""

HTML = "<!doctype html><html><head><title>Cookies</title></head><body><p>Please accept.</p></body></html>"


def item(name: str, text: str, date: str = "Mon, 09 Nov 2026 08:00:00 GMT") -> str:
    """One RSS item."""
    return f"<item><guid>urn:{name}</guid><title>{text}</title><pubDate>{date}</pubDate></item>"


def rss(*items: str) -> str:
    """An RSS feed."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{"".join(items)}</channel></rss>'
