/**
 * Latent states of training: hidden Markov models over the statistics of many runs' checkpoints, how many states there
 * are, and what each run went through (Hu et al., "Latent State Models of Training Dynamics", TMLR 2023).
 */
package org.kymograph.states;
