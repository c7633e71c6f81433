// Intrusive doubly linked lists: the links live in the elements, so linking
// never allocates and an element is unlinked in constant time.
//
// A list does not own its elements. An element is on at most one list per link.
// Where there are many lists and nobody asks for their backs, a FrontList is half as large.
#pragma once

#include "core/types.h"

namespace ashlar {

template <class T>
struct Link {
    T* prev = nullptr;
    T* next = nullptr;
};

// `kLinkOf` names the link of an element: a function T& -> Link<T>&.
template <class T, Link<T>& (*kLinkOf)(T&)>
class List {
  public:
    bool empty() const { return head_ == nullptr; }
    T* front() const { return head_; }
    T* back() const { return tail_; }
    static T* next(T& element) { return kLinkOf(element).next; }

    void push_front(T& element) {
        kLinkOf(element) = {nullptr, head_};
        (head_ != nullptr ? kLinkOf(*head_).prev : tail_) = &element;
        head_ = &element;
    }

    void push_back(T& element) {
        kLinkOf(element) = {tail_, nullptr};
        (tail_ != nullptr ? kLinkOf(*tail_).next : head_) = &element;
        tail_ = &element;
    }

    void remove(T& element) {
        Link<T>& link = kLinkOf(element);
        (link.prev != nullptr ? kLinkOf(*link.prev).next : head_) = link.next;
        (link.next != nullptr ? kLinkOf(*link.next).prev : tail_) = link.prev;
        link = {};
    }

    T* pop_front() {
        T* element = head_;
        if (element != nullptr) remove(*element);
        return element;
    }

  private:
    T* head_ = nullptr;
    T* tail_ = nullptr;
};

// List is not made of it: to look at the back apart costs a pair of kmalloc and kfree an
// instruction.
template <class T, Link<T>& (*kLinkOf)(T&)>
class FrontList {
  public:
    bool empty() const { return head_ == nullptr; }
    T* front() const { return head_; }
    static T* next(T& element) { return kLinkOf(element).next; }

    void push_front(T& element) {
        kLinkOf(element) = {nullptr, head_};
        if (head_ != nullptr) kLinkOf(*head_).prev = &element;
        head_ = &element;
    }

    void remove(T& element) {
        Link<T>& link = kLinkOf(element);
        (link.prev != nullptr ? kLinkOf(*link.prev).next : head_) = link.next;
        if (link.next != nullptr) kLinkOf(*link.next).prev = link.prev;
        link = {};
    }

    T* pop_front() {
        T* element = head_;
        if (element != nullptr) remove(*element);
        return element;
    }

  private:
    T* head_ = nullptr;
};

}  // namespace ashlar
