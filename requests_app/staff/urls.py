"""The staff pages: queue, case, redaction desk, letters to post, legal holds, what is owed."""

from __future__ import annotations

from django.urls import path

from requests_app.staff import (
    acts,
    agent,
    case,
    corrections,
    desk,
    holds,
    owed,
    people,
    plan,
    queue,
    referral,
    returned,
    tray,
)

app_name = "staff"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("search/", queue.search, name="search"),
    path("queue.csv", queue.export, name="export"),
    path("post/", tray.tray, name="tray"),
    path("post/chosen/", tray.chosen, name="post-chosen"),
    path("post/<uuid:notice>/undo/", tray.not_posted, name="not-posted"),
    path("holds/", holds.listed, name="holds"),
    path("holds/case/", holds.place_on_case, name="hold-case"),
    path("holds/source/", holds.place_on_source, name="hold-source"),
    path("holds/<uuid:hold>/lift/", holds.lift, name="lift-hold"),
    path("owed/", owed.listed, name="owed"),
    path("owed/<uuid:obligation>/try/", owed.try_now, name="owed-try"),
    path("owed/<uuid:obligation>/hand-over/", owed.hand_over, name="owed-hand-over"),
    path("owed/<uuid:obligation>/settle/", owed.settle, name="owed-settle"),
    path("returned/", returned.listed, name="returned"),
    path("returned/<uuid:notice>/", returned.act, name="returned-act"),
    path("documents/<uuid:document>/", tray.document, name="document"),
    path("people/", people.people, name="people"),
    path("people/<str:username>/", people.person, name="person"),
    path("people/<str:username>/role/", people.role, name="role"),
    path("people/<str:username>/act/<str:verb>/", people.act, name="person-act"),
    path("cases/<str:reference>/", case.overview, name="case"),
    path("cases/<str:reference>/review/", desk.review, name="review"),
    path("cases/<str:reference>/review/rule/", desk.rule, name="rule"),
    path("cases/<str:reference>/review/add/", desk.add, name="add"),
    path("cases/<str:reference>/plan/", plan.plan, name="plan"),
    path("cases/<str:reference>/plan.csv", plan.export, name="plan-csv"),
    path("cases/<str:reference>/corrections/", corrections.corrections, name="corrections"),
    path("cases/<str:reference>/corrections/<int:number>/", corrections.rule, name="rule-correction"),
    path("cases/<str:reference>/messages/", case.messages, name="messages"),
    path("cases/<str:reference>/history/", case.history, name="history"),
    path("cases/<str:reference>/files/<uuid:file>/", case.file, name="file"),
    path("cases/<str:reference>/authority/", agent.show, name="show-authority"),
    path("cases/<str:reference>/referrals/<uuid:referral_id>/", referral.confirm, name="confirm-referral"),
    path("cases/<str:reference>/act/<str:verb>/", acts.act, name="act"),
    path("cases/<str:reference>/decide/<str:verb>/", acts.decide, name="decide"),
]
