#ifndef CRULES_H
#define CRULES_H
#include <stddef.h>

/// One rule file compiled into the binary.
struct crules_file {
  const char *path;
  const unsigned char *bytes;
  size_t count;
};

extern const struct crules_file crules_files[];
extern const size_t crules_file_count;

#endif
