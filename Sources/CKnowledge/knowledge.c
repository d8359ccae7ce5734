// What is known of charts that are not in the repository: the files below knowledge/. A test compares the list with the directory.
#include "CKnowledge.h"

static const unsigned char reloader[] = {
#embed "../../knowledge/charts/reloader.yaml"
};

static const unsigned char provider[] = {
#embed "../../knowledge/charts/secrets-store-csi-driver-provider-aws.yaml"
};

static const unsigned char driver[] = {
#embed "../../knowledge/charts/secrets-store-csi-driver.yaml"
};

static const struct cknowledge_file files[] = {
  {"knowledge/charts/reloader.yaml", reloader, sizeof reloader},
  {"knowledge/charts/secrets-store-csi-driver-provider-aws.yaml", provider, sizeof provider},
  {"knowledge/charts/secrets-store-csi-driver.yaml", driver, sizeof driver},
};

const struct cknowledge_file *cknowledge_files(size_t *count) {
  *count = sizeof files / sizeof files[0];
  return files;
}
