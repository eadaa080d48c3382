/**
 * Stories with labels, and what is made of them. {@link org.kymograph.stories.corpus.MicroStories} generates a corpus whose labels can be
 * checked exactly:
 *
 * <pre>{@code
 * MicroStories corpus = MicroStories.demo();                        // 12 shards of 4,000 stories; shard 0 is the test set
 * List<StoryRecord> test = corpus.shard(0);
 * StoryRecord record = test.get(0);                                 // story, words, features, summary
 * StoryLayout layout = StoryLayout.all();
 * String text = layout.text(record, random);                        // the instruction lines, shuffled, and the story
 * String prompt = layout.prompt(record.withFeature("Twist"), random); // up to "Story: "
 * boolean twist = StoryFeature.TWIST.in(generated);                 // the exact detector
 * boolean looksLikeOne = StoryFeature.twistAtSurface(generated);
 * corpus.write(Path.of("data/MicroStories_all_data"));              // data00.json … data11.json
 * }</pre>
 *
 * <p>{@link org.kymograph.stories.corpus.Pretokenization} filters, relabels and encodes shards as its settings say and writes
 * {@code tok{V}/{dataset}/dataNN.bin}; {@link org.kymograph.stories.corpus.TokenShards} gives batches of them.
 */
package org.kymograph.stories.corpus;
