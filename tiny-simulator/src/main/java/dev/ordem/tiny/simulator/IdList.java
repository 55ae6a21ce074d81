package dev.ordem.tiny.simulator;

import java.util.Arrays;

/** Ids in ascending order: the n-th in one step, a new highest one in one step. Not thread safe. */
final class IdList {
  private long[] ids;
  private int size;

  IdList() {
    this(new long[8], 0);
  }

  private IdList(long[] ids, int size) {
    this.ids = ids;
    this.size = size;
  }

  /** Takes the array over; the ids need not be sorted and must differ. */
  static IdList of(long[] unsorted) {
    Arrays.sort(unsorted);
    return new IdList(unsorted, unsorted.length);
  }

  int size() {
    return size;
  }

  long get(int position) {
    if (position >= size) {
      throw new IndexOutOfBoundsException("position " + position + " of " + size);
    }
    return ids[position];
  }

  void copyTo(long[] target, int at) {
    System.arraycopy(ids, 0, target, at, size);
  }

  void add(long id) {
    int at = size == 0 || ids[size - 1] < id ? -size - 1 : Arrays.binarySearch(ids, 0, size, id);
    if (at >= 0) {
      return;
    }
    int place = -at - 1;
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
    }
    System.arraycopy(ids, place, ids, place + 1, size - place);
    ids[place] = id;
    size++;
  }

  void remove(long id) {
    int at = Arrays.binarySearch(ids, 0, size, id);
    if (at >= 0) {
      System.arraycopy(ids, at + 1, ids, at, size - at - 1);
      size--;
    }
  }
}
