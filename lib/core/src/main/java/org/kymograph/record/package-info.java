/**
 * What training leaves on disk, and nothing else: a folder for each run with its settings, its metrics, its
 * checkpoints, and what was read from them; tensors in safetensors and PyTorch files; tables as CSV. Everything is written under a temporary name,
 * forced to disk and renamed, so a reader never meets half a file, and everything read is checked before it is
 * believed: what can't be used is refused with a {@link org.kymograph.record.files.RecordException} that names the file, the
 * place in it, what was found and what was expected.
 */
package org.kymograph.record;
