#include "CRules.h"

const struct crules_file crules_files[] = {{0, 0, 0}};
const size_t crules_file_count = 0;
