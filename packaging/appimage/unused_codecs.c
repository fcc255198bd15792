/* Stand-ins for the decompressors that libsquashfuse knows and no image of ours uses (they are all zstd). Without them the
 * runtime would have to contain liblzo2, which is under the GPL, and three more libraries. Each says that it failed. */
#include <stddef.h>

int uncompress(unsigned char *to, unsigned long *to_size, const unsigned char *from, unsigned long from_size) {
	(void)to; (void)to_size; (void)from; (void)from_size;
	return -3; /* Z_DATA_ERROR */
}

int lzma_stream_buffer_decode(void *limit, unsigned flags, const void *allocator, const unsigned char *from,
		size_t *from_at, size_t from_size, unsigned char *to, size_t *to_at, size_t to_size) {
	(void)limit; (void)flags; (void)allocator; (void)from; (void)from_at; (void)from_size;
	(void)to; (void)to_at; (void)to_size;
	return 9; /* LZMA_DATA_ERROR */
}

int lzo1x_decompress_safe(const unsigned char *from, unsigned long from_size, unsigned char *to,
		unsigned long *to_size, void *memory) {
	(void)from; (void)from_size; (void)to; (void)to_size; (void)memory;
	return -1; /* LZO_E_ERROR */
}

int LZ4_decompress_safe(const char *from, char *to, int from_size, int to_size) {
	(void)from; (void)to; (void)from_size; (void)to_size;
	return -1;
}
