#ifndef CKNOWLEDGE_H
#define CKNOWLEDGE_H
#include <stddef.h>

/// One file below `knowledge/` compiled into the binary.
struct cknowledge_file {
  const char *path;
  const unsigned char *bytes;
  size_t count;
};

/// All files; `count` gets their number.
const struct cknowledge_file *cknowledge_files(size_t *count);

#endif
