/// ARNs, policy documents, wildcard and condition matching, trust policies, effective permissions.
enum IAMRoom {}
