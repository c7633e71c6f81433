/* Where drm_mm.c and drm_buddy.c print to: the log. Linux's drm_print.c needs a graphics device. */
#include <drm/drm_print.h>
#include <linux/printk.h>

void drm_printf(struct drm_printer *printer, const char *format, ...)
{
    struct va_format text;
    va_list arguments;

    (void)printer;
    va_start(arguments, format);
    text.fmt = format;
    text.va = &arguments;
    printk("%pV", &text);
    va_end(arguments);
}
