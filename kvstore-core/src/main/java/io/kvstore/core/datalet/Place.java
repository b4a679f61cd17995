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
record Place(Segment segment, long offset, int length, int hidden) {
  Place hiding(int number) {
    return new Place(segment, offset, length, number);
  }

  long end() {
    return offset + length;
  }

  boolean isAt(Segment otherSegment, long otherOffset) {
    return segment == otherSegment && offset == otherOffset;
  }
}
