/**
 * Networks as DJL blocks, and their parameters as vectors.
 *
 * <p>A {@link org.kymograph.model.Network} is a value that makes initialised blocks, for a single run or for a stack of runs that
 * train together. Its blocks are {@link org.kymograph.model.Hooked}: {@link org.kymograph.model.Hooks} read, replace and
 * differentiate what they compute at named points. {@link org.kymograph.model.ParameterVector} takes the parameters out as one
 * vector and puts vectors back.
 *
 * <p>BERT is in {@code model.bert}, Llama in {@code model.llama}, statistics of weights in {@code model.weights}.
 */
package org.kymograph.model;
