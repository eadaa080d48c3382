package org.kymograph.stories.tokens;

import java.util.List;

// What a tokenizer is made of. The specs are SentencePiece's own bytes where a .model was read, so that it is written
// as it was.
record SentencePieceModel(
        List<TokenPiece> pieces,
        TextNormalizer normalizer,
        boolean byteFallback,
        byte[] trainerSpec,
        byte[] normalizerSpec) {
    SentencePieceModel {
        pieces = List.copyOf(pieces);
    }

    static SentencePieceModel of(List<TokenPiece> pieces, TextNormalizer normalizer) {
        boolean bytes =
                pieces.stream().filter(p -> p.kind() == TokenPiece.Kind.BYTE).count() == 256;
        return new SentencePieceModel(pieces, normalizer, bytes, null, null);
    }
}
