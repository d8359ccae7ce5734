/// The Common Expression Language: parser, checker, planner, programs, extension libraries.
enum CELRoom {}
