"""Forms made from a JSON Schema: their fields, the values typed into them, and what is wrong with those."""
