/// Renders each source unit once per request, in parallel, and caches.
enum RenderingRoom {}
