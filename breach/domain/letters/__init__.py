"""The letter to the people affected (GDPR Art. 34): its form, its elements, how readable, how honest."""
