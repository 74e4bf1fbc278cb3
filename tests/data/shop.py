# SPDX-License-Identifier: MIT
"""A small web shop with two leaks. Its heap is tests/data/shop.dump.zst.

`application` is an ASGI application: any ASGI server can run it. Run as a program, this file sends itself 890 requests, the
same ones each time, and then waits to be dumped:

    python3.11 -S -OO tests/data/shop.py &
    dryad dump $! -o - | zstd --ultra -22 -o tests/data/shop.dump.zst
"""

import functools


class Topic:
    """Calls its listeners when there is news."""

    def __init__(self, name):
        self.name = name
        self.listeners = []

    def subscribe(self, listener):
        self.listeners.append(listener)

    def unsubscribe(self, listener):
        self.listeners.remove(listener)

    def publish(self, news):
        for listener in self.listeners:
            listener(news)


class Session:
    """A customer with a page open, who sees prices change."""

    def __init__(self, customer):
        self.customer = customer
        self.page = b"<html>%s</html>" % (customer.encode() * 150)
        prices.subscribe(self.price_changed)  # first leak: close() never unsubscribes

    def price_changed(self, news):
        self.page = self.page.replace(b"price", b"%d" % news)

    def close(self):
        del sessions[self.customer]


class Report:
    """What a customer bought."""

    def __init__(self, customer):
        self.customer = customer
        self.text = f"{customer} bought nothing. " * 40

    @functools.lru_cache(maxsize=None)  # second leak: the cache keeps every `self`
    def length(self):
        return len(self.text)


prices = Topic("prices")
sessions = {}


async def application(scope, receive, send):
    """The ASGI application: one call for each request."""
    path, customer = scope["path"], scope["query_string"].decode()
    if path == "/open":
        sessions[customer] = Session(customer)
    elif path == "/close":
        sessions[customer].close()
    elif path == "/report":
        Report(customer).length()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def serve(path, customer):
    """Calls the application as a server does."""

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        pass

    request = application({"type": "http", "path": path, "query_string": customer.encode()}, receive, send)
    try:
        request.send(None)
    except StopIteration:
        pass


def main():
    for number in range(300):
        customer = f"customer-{number:03}"
        serve("/open", customer)
        serve("/report", customer)
        prices.publish(100 + number % 6)
        if number >= 10:
            serve("/close", f"customer-{number - 10:03}")


if __name__ == "__main__":
    import time

    main()
    print("serving", flush=True)
    time.sleep(3600)
