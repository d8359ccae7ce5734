/// Charts + values → the objects that `helm template` prints, with origins.
enum HelmRoom {}
