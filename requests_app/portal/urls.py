"""The public pages: ask, prove identity, follow, collect."""

from __future__ import annotations

from django.urls import path

from requests_app.portal import acting, asking, choosing, correcting, deciding, following

app_name = "portal"
urlpatterns = [
    path("", asking.home, name="home"),
    path("privacy-choices/", choosing.choices, name="choices"),
    path(".well-known/gpc.json", choosing.signal_honoured, name="gpc"),
    path("requests/new/", asking.what, name="new"),
    path("requests/new/about/", asking.about, name="about"),
    path("requests/new/who/", asking.who, name="who"),
    path("requests/new/corrections/", correcting.wrong, name="wrong"),
    path("requests/new/check/", asking.check, name="check"),
    path("requests/new/done/", asking.done, name="done"),
    path("requests/new/done/permission/", acting.proof_at_once, name="proof-at-once"),
    path("requests/acting/", acting.acting, name="acting"),
    path("requests/acting/code/", acting.code, name="acting-code"),
    path("requests/acting/case/", acting.case, name="acting-case"),
    path("requests/acting/case/permission/", acting.proof, name="acting-proof"),
    path("requests/acting/case/withdraw/", acting.withdraw, name="acting-withdraw"),
    path("requests/acting/leave/", acting.leave, name="acting-leave"),
    path("requests/status/", following.status, name="status"),
    path("requests/status/code/", following.code, name="code"),
    path("requests/status/case/", following.case, name="case"),
    path("requests/status/case/message/", following.write, name="message"),
    path("requests/status/case/file/", following.upload, name="file"),
    path("requests/status/case/corrections/<int:number>/file/", correcting.evidence, name="evidence"),
    path("requests/status/case/corrections/<int:number>/statement/", correcting.state, name="statement"),
    path("requests/status/case/facts/", following.prove, name="facts"),
    path("requests/status/case/declaration/", following.sign, name="declaration"),
    path("requests/status/case/permission/", deciding.permission, name="permission"),
    path("requests/status/case/appeal/", deciding.appeal, name="appeal"),
    path("requests/status/case/confirm/", deciding.confirm, name="confirm"),
    path("requests/status/case/withdraw/", following.withdraw, name="withdraw"),
    path("requests/status/case/collect/", following.collect_code, name="collect-code"),
    path("requests/status/case/documents/<uuid:document>/", following.download, name="download"),
    path("requests/status/leave/", following.leave, name="leave"),
]
