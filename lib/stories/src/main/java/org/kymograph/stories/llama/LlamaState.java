package org.kymograph.stories.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.IdentityHashMap;
import org.kymograph.model.llama.Llama;

/**
 * A forward pass in plain Java, one position of a batch of texts at a time, with the keys and values of the positions before. Only the
 * matrices multiply several texts at once by PyTorch; one text uses nothing of it.
 * Arrays are {@code [unit, text]}.
 */
final class LlamaState implements AutoCloseable {
    private final LlamaGenerator.Weights weights;
    private final Llama net;
    private final int batch;
    private final int head;
    private final float[] x;
    private final float[] normed;
    private final float[] q;
    private final float[] z;
    private final float[] gate;
    private final float[] up;
    private final float[] scores;
    private final float[] logits;
    private final float[] sums;
    // The rotations at the position, of each pair of a head.
    private final float[] cos;
    private final float[] sin;
    private final float[][][] keys;
    private final float[][][] values;
    // The matrices for several texts.
    private final NDManager manager;
    private final IdentityHashMap<Projection, NDArray> arrays = new IdentityHashMap<>();

    LlamaState(LlamaGenerator.Weights weights, int length, int batch) {
        this.weights = weights;
        this.net = weights.net();
        this.batch = batch;
        int d = net.dModel();
        head = d / net.heads();
        x = new float[d * batch];
        normed = new float[d * batch];
        q = new float[d * batch];
        z = new float[d * batch];
        gate = new float[net.dMlp() * batch];
        up = new float[net.dMlp() * batch];
        scores = new float[length * batch];
        logits = new float[net.vocabulary() * batch];
        sums = new float[batch];
        cos = new float[head / 2];
        sin = new float[head / 2];
        keys = new float[net.layers()][length][];
        values = new float[net.layers()][length][];
        manager = batch == 1 ? null : NDManager.newBaseManager();
    }

    /** Returns the logits {@code [V, batch]} behind the tokens at a position; they are overwritten by the next call. */
    float[] step(int[] tokens, int t) {
        for (int i = 0; i < net.dModel(); i++) {
            for (int b = 0; b < batch; b++) {
                x[i * batch + b] = weights.embeddings().at(tokens[b], i);
            }
        }
        for (int j = 0; j < cos.length; j++) {
            double angle = t * Math.pow(net.theta(), -2.0 * j / head);
            cos[j] = (float) Math.cos(angle);
            sin[j] = (float) Math.sin(angle);
        }
        for (int l = 0; l < net.layers(); l++) {
            LlamaGenerator.Layer w = weights.layers().get(l);
            norm(w.attentionNorm());
            attention(w, l, t);
            multiply(w.wo(), z, normed);
            add(x, normed);
            norm(w.ffnNorm());
            multiply(w.w1(), normed, gate);
            multiply(w.w3(), normed, up);
            for (int i = 0; i < gate.length; i++) {
                gate[i] = gate[i] / (1 + (float) Math.exp(-gate[i])) * up[i];
            }
            multiply(w.w2(), gate, normed);
            add(x, normed);
        }
        norm(weights.norm());
        multiply(weights.output(), normed, logits);
        return logits;
    }

    private void multiply(Projection w, float[] from, float[] to) {
        if (manager == null) {
            w.multiply(from, to);
        } else {
            w.multiply(arrays.computeIfAbsent(w, p -> p.array(manager)), from, to, batch);
        }
    }

    @Override
    public void close() {
        if (manager != null) {
            manager.close();
        }
    }

    private static void add(float[] to, float[] what) {
        for (int i = 0; i < to.length; i++) {
            to[i] += what[i];
        }
    }

    // normed = x / sqrt(mean(x²) + ε) ⊙ w
    private void norm(float[] w) {
        Arrays.fill(sums, 0);
        for (int i = 0; i < w.length; i++) {
            for (int b = 0; b < batch; b++) {
                sums[b] += x[i * batch + b] * x[i * batch + b];
            }
        }
        for (int b = 0; b < batch; b++) {
            sums[b] = (float) (1 / Math.sqrt(sums[b] / w.length + net.epsilon()));
        }
        for (int i = 0; i < w.length; i++) {
            for (int b = 0; b < batch; b++) {
                normed[i * batch + b] = x[i * batch + b] * sums[b] * w[i];
            }
        }
    }

    private void attention(LlamaGenerator.Layer w, int l, int t) {
        float[] k = new float[net.kvHeads() * head * batch];
        float[] v = new float[k.length];
        multiply(w.wq(), normed, q);
        multiply(w.wk(), normed, k);
        multiply(w.wv(), normed, v);
        turn(q);
        turn(k);
        keys[l][t] = k;
        values[l][t] = v;
        Arrays.fill(z, 0);
        int group = net.heads() / net.kvHeads();
        float scale = (float) (1 / Math.sqrt(head));
        for (int h = 0; h < net.heads(); h++) {
            int from = h * head * batch;
            int kv = h / group * head * batch;
            for (int s = 0; s <= t; s++) {
                score(q, from, keys[l][s], kv, s * batch, scale);
            }
            softmax(t);
            for (int s = 0; s <= t; s++) {
                float[] value = values[l][s];
                for (int j = 0; j < head; j++) {
                    for (int b = 0; b < batch; b++) {
                        z[from + j * batch + b] += scores[s * batch + b] * value[kv + j * batch + b];
                    }
                }
            }
        }
    }

    private void score(float[] query, int from, float[] key, int kv, int at, float scale) {
        Arrays.fill(scores, at, at + batch, 0);
        for (int j = 0; j < head; j++) {
            for (int b = 0; b < batch; b++) {
                scores[at + b] += query[from + j * batch + b] * key[kv + j * batch + b];
            }
        }
        for (int b = 0; b < batch; b++) {
            scores[at + b] *= scale;
        }
    }

    private void softmax(int t) {
        for (int b = 0; b < batch; b++) {
            float most = Float.NEGATIVE_INFINITY;
            for (int s = 0; s <= t; s++) {
                most = Math.max(most, scores[s * batch + b]);
            }
            float sum = 0;
            for (int s = 0; s <= t; s++) {
                float e = (float) Math.exp(scores[s * batch + b] - most);
                scores[s * batch + b] = e;
                sum += e;
            }
            for (int s = 0; s <= t; s++) {
                scores[s * batch + b] /= sum;
            }
        }
    }

    // (a, b) → (a cos − b sin, a sin + b cos) for neighbours a and b.
    private void turn(float[] of) {
        for (int i = 0; i < of.length / batch; i += 2) {
            float c = cos[i % head / 2];
            float s = sin[i % head / 2];
            for (int b = 0; b < batch; b++) {
                float r = of[i * batch + b];
                float im = of[(i + 1) * batch + b];
                of[i * batch + b] = r * c - im * s;
                of[(i + 1) * batch + b] = r * s + im * c;
            }
        }
    }
}
