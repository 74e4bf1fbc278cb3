# SPDX-License-Identifier: MIT
"""Greenlets were switched into once and wait for ever, each with a Page as a local: 300 of crawl(). Held by the list
CRAWLER.waiting."""
# needs: greenlet
# leaks: 300 of greenlets?|crawl|Page
# leaks: way __main__.CRAWLER.waiting
# why Page: way __main__.CRAWLER.waiting
# why Page: /\bcrawl\b/
import greenlet

class Page:
    def __init__(self, number):
        self.links = ["/link/%d/%d" % (number, i) for i in range(80)]

class Crawler:
    def __init__(self):
        self.waiting = []
        self.main = greenlet.getcurrent()

    def crawl(self, number):
        page = Page(number)
        self.main.switch()
        return len(page.links)

    def start(self, number):
        crawling = greenlet.greenlet(self.crawl)
        self.waiting.append(crawling)
        crawling.switch(number)

CRAWLER = Crawler()
for number in range(300):
    CRAWLER.start(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
