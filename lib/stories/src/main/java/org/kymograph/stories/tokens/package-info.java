/**
 * Tokenizers of the llama2.c family. {@link org.kymograph.stories.tokens.BpeTokenizer} opens SentencePiece's {@code .model} and
 * {@code .vocab}, llama2.c's {@code .bin} and Hugging Face's {@code tokenizer.json}, and writes each of them:
 *
 * <pre>{@code
 * BpeTokenizer tokenizer = BpeTokenizer.tok8192();                 // or BpeTokenizer.load(Path.of("tok512.model"))
 * BpeTokenizer trained = BpeTokenizer.train(List.of("a text", …), 512);
 * int[] ids = tokenizer.encode("Once upon a time", true, false);   // with BOS, without EOS
 * String text = tokenizer.decode(ids);
 * int size = tokenizer.size();
 * tokenizer.save(Path.of("tok8192.bin"));
 * }</pre>
 *
 * <p>Id 1 is BOS, id 2 is EOS ({@code BpeTokenizer.BOS}, {@code EOS}).
 */
package org.kymograph.stories.tokens;
