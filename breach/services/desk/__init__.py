"""What people at the desk see: lists, the page of a case, the steps on offer."""
