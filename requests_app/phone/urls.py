"""The phone desk: calls, letters and visits, from the first word to the printed confirmation."""

from __future__ import annotations

from django.urls import path

from requests_app.phone import desk, done, live, verify, waiting

app_name = "phone"
urlpatterns = [
    path("", waiting.waiting, name="waiting"),
    path("verify/<str:reference>/", verify.verify, name="verify"),
    path("<uuid:draft>/", desk.desk, name="call"),
    path("<uuid:draft>/save/", live.save, name="save"),
    path("<uuid:draft>/look-up/", live.look_up, name="look-up"),
    path("<uuid:draft>/resume/", waiting.resume, name="resume"),
    path("<uuid:draft>/done/", done.done, name="done"),
    path("<uuid:draft>/letter/", done.letter, name="letter"),
]
