/// JMESPath expressions as go-jmespath compiles them: enough to say whether one is well formed and what it selects.
enum JMESPathRoom {}
