<?php
/**
 * Plugin Name: fahndung
 * Description: Shows search appeals below the page "fahndung" exactly as they were approved, to people and to previews.
 *
 * A must-use plugin: put it into wp-content/mu-plugins/. Tried with WordPress 6.1. Without it nothing is published: a
 * WordPress of its own would offer strangers the first paragraph and the first picture, and name the page in its sitemap.
 */

defined('ABSPATH') || exit;

const FAHNDUNG_PARENT = 'fahndung';
const FAHNDUNG_ENDED = 'fahndung_ended';

/** Whether it is the page "fahndung" or stands below it. */
function fahndung_is_ours($post): bool {
	$post = get_post($post);
	if (!$post || $post->post_type !== 'page') {
		return false;
	}
	$top = $post->post_parent ? get_post($post->post_parent) : $post;
	return $top && !$top->post_parent && $top->post_name === FAHNDUNG_PARENT;
}

/** The path of an address, as it was written. */
function fahndung_path(string $url): string {
	return trim((string) parse_url($url, PHP_URL_PATH), '/');
}

/** The slug of the address that is asked for, if it lies below "fahndung"; '' for that page itself; null elsewhere. */
function fahndung_asked(): ?string {
	$base = fahndung_path(home_url());
	$path = fahndung_path($_SERVER['REQUEST_URI'] ?? '');
	$start = ltrim("$base/" . FAHNDUNG_PARENT, '/');
	if ($path === $start) {
		return '';
	}
	return str_starts_with($path, "$start/") ? explode('/', substr($path, strlen($start) + 1))[0] : null;
}

/** What the page says of itself to previews; only what was approved is in it. */
function fahndung_head(): array {
	$told = is_singular() ? json_decode((string) get_post_meta(get_queried_object_id(), 'fahndung_head', true), true) : null;
	return is_array($told) ? $told : [];
}

add_action('init', function () {
	register_post_meta('page', 'fahndung_head', [
		'type' => 'string',
		'single' => true,
		'default' => '',
		'show_in_rest' => true,
		'auth_callback' => fn($allowed, $key, $id) => current_user_can('edit_post', $id),
	]);
});

// Nothing changes the approved words: no other quotes, no pictures for ":)", nothing that other plugins would add.
if (fahndung_asked() !== null) {
	add_filter('run_wptexturize', '__return_false');
	add_filter('pre_option_use_smilies', '__return_zero');
	add_action('wp', function () {
		if (is_singular() && fahndung_is_ours(get_queried_object())) {
			remove_all_filters('the_content');
			add_filter('the_content', 'do_blocks', 9);
			remove_action('wp_head', 'wp_oembed_add_discovery_links');
			remove_action('wp_head', 'feed_links_extra', 3);
		}
	});
}

// Search engines: not in the index, not in the sitemap, not in an archive.
add_filter('wp_robots', function (array $robots): array {
	if (fahndung_asked() === null) {
		return $robots;
	}
	unset($robots['max-image-preview']);
	return ['noindex' => true, 'noimageindex' => true, 'noarchive' => true] + $robots;
}, 99);
add_filter('wp_sitemaps_posts_query_args', function (array $args, string $type): array {
	if ($type === 'page' && ($top = get_page_by_path(FAHNDUNG_PARENT))) {
		$args['post_parent__not_in'] = array_merge($args['post_parent__not_in'] ?? [], [$top->ID]);
		$args['post__not_in'] = array_merge($args['post__not_in'] ?? [], [$top->ID]);
	}
	return $args;
}, 99, 2);

// Previews: neutral words and the card without a face. Nobody is offered the page to be embedded.
add_action('wp_head', function () {
	if (fahndung_asked() === null) {
		return;
	}
	echo '<style>.fahndung-card{display:none}.fahndung .visually-hidden{position:absolute;width:1px;height:1px;' .
		'overflow:hidden;clip-path:inset(50%)}</style>' . "\n";
	$told = fahndung_head();
	if (!$told || !fahndung_is_ours(get_queried_object())) {
		return;
	}
	$lines = [
		['name', 'description', $told['description'] ?? ''],
		['property', 'og:type', 'article'],
		['property', 'og:url', get_permalink()],
		['property', 'og:title', $told['title'] ?? ''],
		['property', 'og:description', $told['told'] ?? ''],
		['property', 'og:image', $told['image'] ?? ''],
		['name', 'twitter:card', empty($told['image']) ? '' : 'summary_large_image'],
		['name', 'twitter:image', $told['image'] ?? ''],
	];
	foreach ($lines as [$attribute, $name, $value]) {
		if ($value !== '') {
			printf("<meta %s=\"%s\" content=\"%s\">\n", $attribute, $name, esc_attr($value));
		}
	}
}, 1);
add_filter('pre_oembed_result', function ($found, string $url) {
	return str_starts_with($url, home_url('/' . FAHNDUNG_PARENT . '/')) ? false : $found;
}, 99, 2);
add_filter('oembed_response_data', fn($data, $post) => fahndung_is_ours($post) ? false : $data, 99, 2);

// WordPress takes other spellings for the same page (Fahndung/…, ?pagename=…, …/embed/), for which nothing
// above holds: they lead to its one address. A picture has no page of its own, and an ended appeal answers 410.
add_action('template_redirect', function () {
	if (is_page() && !is_preview() && get_post_status() === 'publish' && fahndung_is_ours(get_queried_object())) {
		if (fahndung_path($_SERVER['REQUEST_URI'] ?? '') !== fahndung_path(get_permalink())) {
			wp_safe_redirect(get_permalink(), 301);
			exit;
		}
	}
	if (is_attachment() && fahndung_is_ours(get_queried_object()->post_parent)) {
		$GLOBALS['wp_query']->set_404();
		status_header(404);
	}
	if (is_404() && in_array((string) fahndung_asked(), get_option(FAHNDUNG_ENDED, []), true)) {
		status_header(410);
		nocache_headers();
		header('Content-Type: text/html; charset=utf-8');
		header('X-Robots-Tag: noindex, noimageindex, noarchive');
		echo '<!DOCTYPE html><html lang="de"><meta charset="utf-8"><title>Fahndung beendet</title>' .
			'<h1>Diese Fahndung ist beendet.</h1>' .
			'<p>Bitte löschen Sie Bilder und Texte, die Sie gespeichert oder geteilt haben.</p></html>';
		exit;
	}
}, 0);
add_action('before_delete_post', function ($id, $post) {
	$slug = str_replace('__trashed', '', $post->post_name);
	if (fahndung_is_ours($post) && preg_match('/^[a-z0-9]{16,64}$/', $slug)) {
		update_option(FAHNDUNG_ENDED, array_values(array_unique([...get_option(FAHNDUNG_ENDED, []), $slug])), false);
	}
}, 10, 2);
