/// Go's text/template with the functions of Sprig and Helm. Sees no files and no charts: what needs them is
/// handed in as functions and host objects.
enum GoTemplateRoom {}
