package io.kvstore.core.datalet;

/**
 * Where a record is.
 *
 * @param segment the segment that it is in
 * @param offset where in the segment it begins
 * @param length how long it is
 * @param hidden how many older records on disk put something under the same key: what would come
 *     back without this one
 */
record RecordLocation(Segment segment, long offset, int length, int hidden) {
  RecordLocation hiding(int number) {
    return new RecordLocation(segment, offset, length, number);
  }

  long end() {
    return offset + length;
  }

  boolean isAt(Segment otherSegment, long otherOffset) {
    return segment == otherSegment && offset == otherOffset;
  }
}
