/**
 * What each training sample went through: logs of a model's outputs per sample and epoch, the metrics of data maps and
 * of their relatives, selection and noise (Swayamdipta et al., "Dataset Cartography", EMNLP 2020).
 */
package org.kymograph.cartography;
