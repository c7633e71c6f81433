// Red-black trees: balancing after an insertion and after a removal, and the
// walks. Weak: a program that brings Linux's lib/rbtree.c uses that.
//
// Colours: a red node has black children, and every way down from a node meets
// the same number of black nodes. A node's colour and its parent share a word;
// NULL is black. Written for one side, with `side` 0 for left and 1 for right.

#include <linux/rbtree_augmented.h>

typedef void (*rotate_callback)(struct rb_node *old_node, struct rb_node *new_node);

static struct rb_node **child_of(struct rb_node *node, int side) { return side ? &node->rb_right : &node->rb_left; }
static bool is_red(const struct rb_node *node) { return node && rb_is_red(node); }
static void no_rotate(struct rb_node *old_node, struct rb_node *new_node)
{
    (void)old_node;
    (void)new_node;
}

/* `node` goes down to `side`, its child of the other side takes its place and colour; `node` gets
 * the colour given. */
static struct rb_node *rotate(struct rb_node *node, int side, int color, struct rb_root *root, rotate_callback callback)
{
    struct rb_node *up = *child_of(node, !side), *parent = rb_parent(node);
    struct rb_node *inner = *child_of(up, side);

    WRITE_ONCE(*child_of(node, !side), inner);
    if (inner) rb_set_parent(inner, node);
    WRITE_ONCE(*child_of(up, side), node);
    up->__rb_parent_color = node->__rb_parent_color;
    rb_set_parent_color(node, up, color);
    __rb_change_child(node, up, parent, root);
    callback(node, up);
    return up;
}

static void paint(struct rb_node *node, int color) { rb_set_parent_color(node, rb_parent(node), color); }

__weak void __rb_insert_augmented(struct rb_node *node, struct rb_root *root, rotate_callback callback)
{
    for (;;) {
        struct rb_node *parent = rb_parent(node), *grand, *uncle;
        int side;

        paint(node, RB_RED);
        if (!parent) {
            paint(node, RB_BLACK);
            return;
        }
        if (rb_is_black(parent)) return;
        /* A red parent is not the root, so there is a grandparent, and it is black. */
        grand = rb_parent(parent);
        side = parent == grand->rb_right;
        uncle = *child_of(grand, !side);
        if (is_red(uncle)) {
            paint(parent, RB_BLACK);
            paint(uncle, RB_BLACK);
            node = grand;
            continue;
        }
        /* An inner grandchild first becomes an outer one. */
        if (node == *child_of(parent, !side)) rotate(parent, side, RB_RED, root, callback);
        rotate(grand, !side, RB_RED, root, callback);
        return;
    }
}

__weak void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
    __rb_insert_augmented(node, root, no_rotate);
}

/* Below `parent`, the side where `node` stands (NULL at first) is one black node short. */
__weak void __rb_erase_color(struct rb_node *parent, struct rb_root *root, rotate_callback callback)
{
    struct rb_node *node = NULL;

    for (;;) {
        int side = node != parent->rb_left;
        struct rb_node *sibling = *child_of(parent, !side), *outer;

        if (rb_is_red(sibling)) {
            rotate(parent, side, RB_RED, root, callback);
            sibling = *child_of(parent, !side);
        }
        outer = *child_of(sibling, !side);
        if (!is_red(outer)) {
            if (!is_red(*child_of(sibling, side))) {
                paint(sibling, RB_RED);
                if (rb_is_red(parent)) {
                    paint(parent, RB_BLACK);
                    return;
                }
                node = parent;
                parent = rb_parent(node);
                if (!parent) return;
                continue;
            }
            /* The inner nephew is red: it becomes the sibling and the sibling its red outer child. */
            sibling = rotate(sibling, !side, RB_RED, root, callback);
            outer = *child_of(sibling, !side);
        }
        paint(outer, RB_BLACK);
        rotate(parent, side, RB_BLACK, root, callback);
        return;
    }
}

static void no_propagate(struct rb_node *node, struct rb_node *stop)
{
    (void)node;
    (void)stop;
}
static const struct rb_augment_callbacks plain = {no_propagate, no_rotate, no_rotate};

__weak void rb_erase(struct rb_node *node, struct rb_root *root)
{
    struct rb_node *deficit = __rb_erase_augmented(node, root, &plain);
    if (deficit) __rb_erase_color(deficit, root, no_rotate);
}

static struct rb_node *end_of(struct rb_node *node, int side)
{
    if (!node) return NULL;
    while (*child_of(node, side)) node = *child_of(node, side);
    return node;
}

static struct rb_node *step(const struct rb_node *from, int side)
{
    struct rb_node *node = (struct rb_node *)from, *parent;

    if (RB_EMPTY_NODE(node)) return NULL;
    if (*child_of(node, side)) return end_of(*child_of(node, side), !side);
    while ((parent = rb_parent(node)) && node == *child_of(parent, side)) node = parent;
    return parent;
}

__weak struct rb_node *rb_first(const struct rb_root *root) { return end_of(root->rb_node, 0); }
__weak struct rb_node *rb_last(const struct rb_root *root) { return end_of(root->rb_node, 1); }
__weak struct rb_node *rb_next(const struct rb_node *node) { return step(node, 1); }
__weak struct rb_node *rb_prev(const struct rb_node *node) { return step(node, 0); }

__weak void rb_replace_node(struct rb_node *victim, struct rb_node *fresh, struct rb_root *root)
{
    *fresh = *victim;
    if (victim->rb_left) rb_set_parent(victim->rb_left, fresh);
    if (victim->rb_right) rb_set_parent(victim->rb_right, fresh);
    __rb_change_child(victim, fresh, rb_parent(victim), root);
}

__weak void rb_replace_node_rcu(struct rb_node *victim, struct rb_node *fresh, struct rb_root *root)
{
    *fresh = *victim;
    if (victim->rb_left) rb_set_parent(victim->rb_left, fresh);
    if (victim->rb_right) rb_set_parent(victim->rb_right, fresh);
    __rb_change_child_rcu(victim, fresh, rb_parent(victim), root);
}

static struct rb_node *deepest_left(struct rb_node *node)
{
    while (node && (node->rb_left || node->rb_right)) node = node->rb_left ? node->rb_left : node->rb_right;
    return node;
}

__weak struct rb_node *rb_first_postorder(const struct rb_root *root) { return deepest_left(root->rb_node); }

__weak struct rb_node *rb_next_postorder(const struct rb_node *node)
{
    struct rb_node *parent;
    if (!node) return NULL;
    parent = rb_parent(node);
    if (parent && node == parent->rb_left && parent->rb_right) return deepest_left(parent->rb_right);
    return parent;
}
