"""What a merchant's own people may do for it: one row for each right and the request that needs it, one column for each role.

yes  it is done      no  nothing changes and the page says why      404  not there for this one
"""

# fmt: off
ROWS = """
                                                     owner operator stranger
fill_in          applications:new                    yes   yes      no
fill_in          applications:placement              yes   yes      404
fill_in          applications:upload                 yes   yes      404
fill_in          applications:deletion               yes   yes      404
fill_in          applications:renewal                yes   yes      404
submit           applications:submission             yes   no       404
withdraw         applications:withdrawal             yes   no       404
call_off         applications:calling_off            yes   no       404
ask_for_review   applications:review_request         yes   no       404
collect_codes    terminals:code                      yes   yes      404
collect_codes    terminals:slip                      yes   yes      404
confirm_use      terminals:use_confirmation          yes   yes      404
attest           applications:attestation            yes   no       404
replace_codes    terminals:code_replacement          yes   no       404
make_statements  returns:statement                   yes   no       404
return_devices   returns:confirmation                yes   yes      404
confirm_notices  notices:acknowledgement             yes   yes      404
object_to_notices notices:objection                  yes   no       404
enrol_in_offers  offers:enrolment                    yes   no       404
enrol_in_offers  offers:withdrawal                   yes   no       404
ask_for_help     support:new_ticket                  yes   yes      no
ask_for_help     support:message                     yes   yes      404
ask_for_help     support:reopening                   yes   yes      404
ask_for_help     support:rating                      yes   yes      404
manage_people    people:invitation                   yes   no       404
manage_people    people:calling_off                  yes   no       404
manage_people    people:role                         yes   no       404
manage_people    people:removal                      yes   no       404
"""
