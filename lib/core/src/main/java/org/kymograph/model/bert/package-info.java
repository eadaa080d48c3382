/** BERT encoders with a classifier, new or with the weights of Hugging Face. */
package org.kymograph.model.bert;
