/// Applications and ApplicationSets → render requests.
enum ArgoCDRoom {}
