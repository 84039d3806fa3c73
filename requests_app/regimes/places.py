"""Where a requester can live, as ISO 3166-2 codes: the choice decides the law that applies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ELSEWHERE = "ZZ"
_NAMES = """
AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|
DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|
LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|
NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|
OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|PR Puerto Rico|RI Rhode Island|SC South Carolina|SD South Dakota|
TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|
AS American Samoa|GU Guam|MP Northern Mariana Islands|VI U.S. Virgin Islands
"""
STATES = [
    (f"US-{code}", name)
    for code, name in (entry.strip().split(" ", 1) for entry in _NAMES.replace("\n", "").split("|"))
]
CHOICES = [("", _("Choose a state")), *STATES, (ELSEWHERE, _("Outside the United States"))]
