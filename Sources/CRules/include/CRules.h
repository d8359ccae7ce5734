#ifndef CRULES_H
#define CRULES_H
#include <stddef.h>

/// One rule file compiled into the binary.
struct crules_file {
  const char *path;
  const unsigned char *bytes;
  size_t count;
};

/// All rule files; `count` gets their number.
const struct crules_file *crules_files(size_t *count);

#endif
