"""An agent from the request to its answer: what its model gets, what is asked of the person, and how it ends."""
