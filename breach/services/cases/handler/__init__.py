"""Who handles a case: handed over, asked for, taken over; deputies; what somebody who leaves still holds."""
