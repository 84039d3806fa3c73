"""Where the invented people live: real area codes, cities and postal prefixes, street names of our own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

AREA_CODES = {
    "TX": "210 214 254 281 325 346 361 409 430 432 469 512 682 713 "
    "726 737 806 817 830 832 903 915 936 940 945 956 972 979",
    "CA": "209 213 279 310 323 341 408 415 424 442 510 530 559 562 619 626 628 650 "
    "657 661 669 707 714 747 760 805 818 820 831 840 858 909 916 925 949 951",
    "FL": "239 305 321 352 386 407 561 689 727 754 772 786 813 850 863 904 941 954",
    "NY": "212 315 332 347 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934",
    "IL": "217 224 309 312 331 618 630 708 773 779 815 847 872",
    "OH": "216 220 234 330 380 419 440 513 567 614 740 937",
    "PA": "215 223 267 272 412 445 484 570 582 610 717 724 814 878",
    "GA": "229 404 470 478 678 706 762 770 912",
    "NC": "252 336 704 743 828 910 919 980 984",
    "VA": "276 434 540 571 703 757 804",
    "CO": "303 719 720 970",
    "WA": "206 253 360 425 509 564",
    "NJ": "201 551 609 640 732 848 856 862 908 973",
    "MI": "231 248 269 313 517 586 616 734 810 906 947 989",
    "TN": "423 615 629 731 865 901 931",
    "MN": "218 320 507 612 651 763 952",
    "AZ": "480 520 602 623 928",
    "OR": "458 503 541 971",
}
CITIES = {
    "TX": (("Dallas", "752"), ("Houston", "770"), ("Austin", "787"), ("San Antonio", "782"), ("Lubbock", "794")),
    "CA": (("Sacramento", "958"), ("Los Angeles", "900"), ("San Diego", "921"), ("Fresno", "937"), ("Oakland", "946")),
    "FL": (("Tampa", "336"), ("Miami", "331"), ("Orlando", "328"), ("Jacksonville", "322")),
    "NY": (("Albany", "122"), ("Buffalo", "142"), ("Rochester", "146"), ("Brooklyn", "112")),
    "IL": (("Chicago", "606"), ("Springfield", "627"), ("Peoria", "616")),
    "OH": (("Columbus", "432"), ("Cleveland", "441"), ("Dayton", "454")),
    "PA": (("Pittsburgh", "152"), ("Philadelphia", "191"), ("Erie", "165")),
    "GA": (("Atlanta", "303"), ("Savannah", "314"), ("Macon", "312")),
    "NC": (("Raleigh", "276"), ("Charlotte", "282"), ("Asheville", "288")),
    "VA": (("Richmond", "232"), ("Norfolk", "235"), ("Roanoke", "240")),
    "CO": (("Denver", "802"), ("Boulder", "803"), ("Pueblo", "810")),
    "WA": (("Seattle", "981"), ("Spokane", "992"), ("Tacoma", "984")),
    "NJ": (("Newark", "071"), ("Trenton", "086"), ("Camden", "081")),
    "MI": (("Detroit", "482"), ("Lansing", "489"), ("Flint", "485")),
    "TN": (("Nashville", "372"), ("Memphis", "381"), ("Knoxville", "379")),
    "MN": (("Minneapolis", "554"), ("Duluth", "558"), ("Rochester", "559")),
    "AZ": (("Phoenix", "850"), ("Tucson", "857"), ("Flagstaff", "860")),
    "OR": (("Portland", "972"), ("Salem", "973"), ("Eugene", "974")),
}
STREETS = (
    *(
        "Alder Ct",
        "Birchwood Dr",
        "Canyon Rd",
        "Dogwood Ln",
        "Elm Hollow Way",
        "Foxglove St",
        "Granite Ave",
        "Harbor View Rd",
    ),
    *("Ironwood Dr", "Juniper St", "Kestrel Ln", "Lantern Hill Rd", "Meadowlark Ave", "Nightingale Ct", "Orchard Row"),
    *("Prairie Clover Dr", "Quarry Rd", "Redbud Ln", "Sagebrush Ave", "Thistle Way", "Upland St", "Valley Oak Dr"),
    *("Willow Bend", "Yarrow Ct"),
)


@dataclass(frozen=True)
class Place:
    """One area code and a city of its state. Its fictitious numbers 555-0100 to 555-0199 serve a hundred people."""

    area_code: str
    city: str
    state: str
    postal_prefix: str


def _places() -> tuple[Place, ...]:
    found = []
    for state, codes in AREA_CODES.items():
        cities = cycle(CITIES[state])
        for code in codes.split():
            city, prefix = next(cities)
            found.append(Place(code, city, state, prefix))
    return tuple(found)


PLACES = _places()
