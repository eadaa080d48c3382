package org.kymograph.states.hmm;

import java.util.List;

/**
 * What one run of EM came to.
 *
 * @param parameters the fitted parameters
 * @param history the log-likelihood before each update
 * @param logLikelihood the log-likelihood of the fitted parameters
 * @param repairs what had to be repaired on the way, a sentence each
 */
record Fit(HmmParameters parameters, double[] history, double logLikelihood, List<String> repairs) {}
