/// Scans a tree once and classifies what it finds into source units.
enum DiscoveryRoom {}
