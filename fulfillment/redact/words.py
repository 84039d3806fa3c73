"""Word lists for telling names from prose. Small, in the open, and grown by reading what was got wrong.

NOT_NAME never is part of a name in a billing note. EITHER is an everyday word that is also a name: it counts as one
only in capitals beside another name or behind a word that announces a person.
"""

from __future__ import annotations

from typing import Final


def alternatives(words: str) -> str:
    """A regular expression for any of the words, which are patterns themselves; `_` stands for a blank."""
    return "(?:" + "|".join(words.split()).replace("_", " ") + ")"


_FUNCTION: Final = """
a about above across after again against all almost alone along already also although always am an and another any
anybody anyone anything are around as asap at away back be became because been before behind being below best better
between big both but by came can cannot cant cause come could couldnt did didnt different do does doesnt doing done
dont down due during each either else enough etc even ever every everyone everything except few first for former from
full further gave get gets getting give given gives go goes going gone good got great had has hasnt have havent having
he hello her here hers herself hi him himself his how however i id if ill im in inside instead into is isnt it its
itself ive just keep kept kind knew know known last late later least left less let like likely little long look looks
lot made mainly make makes making many maybe me mean might mine more most mostly much must my myself near nearly need
needed needs neither never new next no nobody none nor not note nothing now of off often oh ok okay old on once one
only onto or other others our ours out outside over own part per perhaps please plus possible prior pt put quite
rather re really right said same saw say says second see seem seems seen several shall she should shouldnt show since
so some somebody someone something soon still such sure take taken than thank thanks that thats the their theirs them
then there these they theyre thing things think third this those though through thus to today together told tomorrow
tonight too took toward towards try twice two under until unto up upon us use used using usually very via want wanted
wants was wasnt way we well went were what whats when where whether which while who whoever whole whom whose why wife
will with within without wont would wouldnt yes yesterday yet you your yours yourself
"""
_TRADE: Final = """
aba abuela abuelita abuelo accepted accepts access account accounts acct action active add added additional address
adj adjusted adjuster adjustment admin adult advise advised age agency agent agents agreed agreement alert allow
allowed already ambulance amount answer answered anxiety api apologized appeal appealed appears applied apply
appointment approval approved approves appt ask asked asking asks assigned assignee assist assistance associate
associates asst attached attachment attachments attempt attempted attending attn attorney atty audit aunt aunts auth
authorization authorized auto automated avail available balance bank bankruptcy bcc begin benefit benefits best bill
billed billing bills biometric birth blood board book bot box boyfriend branch bring brother buenas buenos business
busy call callback called caller callers calling calls cancel cancelled cannot card care caregiver carrier case cases
cash cb cc cell center central certificate change changed changes charge charged charges chart check checked checking
checks chief child children choice city claim claimant claims clarified clerk client clinic clinical close closed code
codes coding coinsurance collection collections comment comments communication como company complaint complete
completed con concern concerned conference confidential confirm confirmed consent consult contact contacted contacts
continue contract coordinator copay copied copies copy cordially correct corrected correction correspondence cost
could counsel county court cousin cover coverage covered cpt credential credentials credit creditor creditors ct
cuenta current currently customer customers cvc cvv dad daily data date dates daughter day days deadline dear death
debit debt deceased declined deductible del deliver delivered delivery demographics denial denied dental dentist
department dependent deposit dept desk detail details diagnosed diagnosis dial dias dice dijo direct director
disability discharge disclosed discount discuss discussed dispute disputed disputes div dl dob doctor doctors document
documentation documents done download draft drive driver due duplicate dx early ed effective ein electronic email
emailed emails emergency employed employee employer employment end ended enrolled ensure enter entered entire entry
eob eobs er error escalated escalation esposa esposo est esta este estimate evening every exam except exhusband
existing exp expect expected expiration expired expires explain explained explanation express extend extended
extension faceid fact faith faithfully family father favor fax faxed faxes fee fees female field figure file filed
files final finance financial find fine fingerprint first fixed follow followed following followup form forms forward
forwarded found free friend friends front fw fwd gender general generated gentleman gift girl girlfriend go gracias
granddaughter grandfather grandma grandmother grandpa grandson group guarantor guardian gyn handled happy hardship
hasn head header health healthcare heard hearing heart height held help helped helping hermana hermano hicn high hija
hijo hipaa history hola hold home hospital hour hours house household however hr husband iban icd icu id
identification identity ids ifsc illness imaging import important inbound include included includes including income
incoming incorrect indicated individual info inform information informed initial injured injury inpatient inquiry
inside instructions insurance insurances insured insurer intake intended interested internal interview invoice
invoices issue issued issues item itemized itin ivr job kid kids kind lab lady language large las late law lawyer
leave legal let letter letters level liability licence license lien life limit line line1 link list listed living
llamada llamo llamó loan local location log logged login los lost mad madre mail mailed mailing main male mama man
managed manager manual match matter max maximum maybe mbi med medi medicaid medical medicare medication meeting member
members memo message messages met method micr middle midnight minimum minor minute minutes missed missing mobile mom
money month monthly months morning mother move moved mri mrn msg multiple name named names navigator need neft
neighbor nephew network niece night non normal north nota notarized note noted notes notice notified npi number
numbers numero nurse nursing ob office officer offices okay online open opened operator option order ordered orders
original otp outbound outcome outpatient outstanding overdue owe owed owes owner paciente package packet padre page
pages paid pain papa paper paperless paperwork para parent parents parties partner party pass passport password past
patience patient patients pay payable payee payer paying payment payments payor pays pbx peer pending people percent
period permission person personal pharmacy phi phone phoned photo physical physician picked piece pin pins place
placed plan plans plea please point policies policy policyholder por portal portion possibly post posted posting power
practice prefer preferred pregnant premium prescription presented previous previously prima primary primo print
printed privacy private problem procedure procedures process processed processing processor proof property provide
provided provider providers public purpose pw pwd que question questions quote radiology rate re reach reached read
ready reason receipt receive received receiver receives recent recently reception receptionist recipient record
recorded recording records referral referred referring refund refunded refused regarding regards registered
registration regular reimbursement reissue rejected related relation relationship relative release released remaining
remind reminder remit remittance remove removed rendering rent rep repeat replied reply report reported representative
request requested requester requesting requests require required resent reset residence resolution resolve resolved
respectfully respond responded response responsibility responsible result results retina retired retro return returned
returning returns review reviewed rights roi role room roommate routing rtn rx sales sample satisfied save scan
scanned schedule scheduled school screen search secondary secretary section secure security self send sender sending
senor senora sent separate serv service services session set settlement share sheet shift shop short shows sibling
sick side sign signature signed sin sincerely sister site situation sms social son sons sounds source south speak
speaker speaking special specialist specialty specific spoke spoken spouse ssn staff stamp standard start started
state stated statement statements states status stay step stepdad stepfather stepmom stepmother stepson stop stopped
street student subject submit submitted subscriber sudden suegra suegro suggested suite sum summary sup supervisor
supply support surgeon surgery surgical survey suspended swift switched system systems tardes task tax taxes team tech
technician tel telephone temp template term termed terminated test text texted therapist therapy tia ticket tier time
timely times tin tio title today took tool total trace track training transaction transcript transfer transferred
translator trauma treated treatment tried true truly trust twin type una unable uncle uncles unknown uno unpaid unsure
update updated upset urgent user valid validated value vecina vecino vehicle vendor verbal verbally verification
verified verify version victim visit visited visits vm voice voicemail voiceprint void voided volunteer wait waiting
waive waived walk walked wants warm warning web website week weekly weeks west whoever willing window wire witness
woman work worked worker workers working works write writeoff writes written wrong wrote year years yelled young yours
zip
"""
_PLACE: Final = """
ace adhd adobe adventist aetna afib aids als amarillo amazon ambetter america american amex anaheim anesthesia angeles
anthem antonio any apple apr april apt arabic are arizona arlington assessment associates asthma atlanta aug august
austin avenue bakersfield bank baptist beach bernardino best blue bmi boston boulevard building cal california can
cancer cantonese cardiology carelon caremark cedars centene center centre chf chicago chinese christi cigna city ckd
cleveland clinic cms co college colorado community company compare consider considering copd corp corporation corpus
could county court covid credit criteria cross current cvs dallas dec december denver dermatology describe diabetes
dignity discover discuss disease dmv does dosage drive dvt east ecg effects efficacy ekg el emergency english
evaluation excel explain facebook factors feb february federal fedex floor florida fort foundation french fresno fri
friday ftc general gerd german gfr given google group guidelines hba1c health heights hhs hills hiv hospital houston
how humana hypertension ibs identify illinois imaging inc institute insurance irs irvine is jan january jersey jul
july jun june kaiser korean la lab laboratories labs lake lane laredo las latest list llc llp looking los lower ltd
lubbock lutheran management mandarin mar march mastercard medi medicaid medical medicare memorial mercy methodist
mexico mi miami michigan microsoft modesto molina mon monday mount ms mt national need neurology nevada new north
northwestern nov november oakland oct october ohio oncology ontario options optum oregon orthopedics outline outlook
park partners paso patient paypal pe pediatrics permanente pharmacy philadelphia phoenix place plano plaza plc pllc
point port portland presbyterian protocol provide providence ptsd ra radiology rec recommend recommendations
recommended regional reno review rio risk river riverside road russian sacramento safety saint san santa sat saturday
seattle sep sept september services sharp shield should side sinai sle solutions south spanish springs ssa st stage
state stockton street suite summarize sun sunday superior surgery syndrome systems tagalog texas therapy thu thur
thurs thursday treatment tricare trust tucson tue tues tuesday type ucla ucsf uhc union unit united unitedhealthcare
university upper ups urology usa usc usps utah uti va valley vegas venmo vietnamese visa waco walgreens was way wed
wednesday wellcare were west what when where which why word would xray york zelle zoom
"""
_PERSONAL: Final = """
ace angel april art august austin autumn baker banks barber bell berry bill bishop black bond brandy brook brown bush
butler carolina case cash chance chase chip christian church clay cliff cook crystal dale dallas dawn day dean destiny
dolores drew earl eve faith farmer field fields fisher florence flowers ford forest fox frank frost gardener gene
georgia ginger glass glen grace grant gray green guy hall harmony heath heather heaven hill holly honey hope house
houston hunt hunter iris ivory ivy jackson jade jasmine jay jewel joy june justice king knight lake lance lane laurel
lily long love luna madison major mark marks marsh mason may melody mercedes mercy miles mills moon page paris park
parker parks pat patience paz pearl penny piper pole pool pope potter precious price queen ray rey rich river rivers
rob robin rock rod rose ruby rusty sandy santos savannah scarlet sharp silver skip sky snow sterling stone story sue
summer sunny swan sydney trinity violet virginia wall walls ward waters weaver wells west white will winter wolf wood
woods worth young
"""
NOT_NAME: Final = frozenset(f"{_FUNCTION} {_TRADE} {_PLACE}".split()) - frozenset(_PERSONAL.split())
PROSE: Final = frozenset(f"{_FUNCTION} {_TRADE}".split())
GIVEN: Final = frozenset(
    """
    rose grace dawn mark hope faith joy lily ivy ruby pearl penny holly heather iris violet jasmine
    ginger summer autumn april june melody harmony eve earl frank gene dean glen grant guy drew chase
    lance clay pat rob rich robin ray jay sue art angel mercedes dolores luna paz crystal brandy sandy
    rusty destiny miles mason jade jewel hunter rey
    """.split()
)
EITHER: Final = frozenset(_PERSONAL.split())
ORGANISATION: Final = frozenset(
    """
    hospital hospitals clinic clinics center centre health healthcare medical university college
    institute foundation inc llc llp pllc corp corporation ltd company group associates bank insurance
    services pharmacy laboratories labs imaging memorial regional church school county department care
    dental surgery orthopedics cardiology pediatrics radiology fire urgent plan shield cross systems
    solutions
    """.split()
)
PARTICLES: Final = frozenset(
    """
    de la del los las van von der den dos das da di bin al el san santa st mc mac le du y
    """.split()
)
