"""How the people affected are told who get no letter, and the sum of all of them."""
