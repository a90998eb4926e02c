"""The Policy screen: rules, limits, servers and the person's own figures."""
